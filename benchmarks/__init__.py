"""How fast the pages are, next to a bare Django view on the same server (docs/benchmarks.md)."""
