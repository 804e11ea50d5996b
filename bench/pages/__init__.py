"""How the pages fare in a browser before a real server: some of the bars of docs/PAGES.md in each module."""
