"""The bundled site and the server that shows it on loopback: for the demo, tests and benchmarks."""
