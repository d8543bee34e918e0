"""What `script/bench` measures, and the made-up articles it does it with."""
