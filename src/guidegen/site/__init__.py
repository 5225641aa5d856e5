"""The site of `build --site`: guides as pages, the pages that lead to them, a map for search engines."""
