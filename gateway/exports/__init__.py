"""Tables for programs: CSV and Parquet, written as they are read."""
