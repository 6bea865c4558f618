"""Figures beside a floor or a rival measured in the same run: `make bench`. Nothing here is a test."""
