"""What programs ask that watch over a site: is it there, is it ready, and figures for Prometheus."""
