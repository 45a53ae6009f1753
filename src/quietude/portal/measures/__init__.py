"""Series of observations: their pages, and the chart of them that other pages show."""
