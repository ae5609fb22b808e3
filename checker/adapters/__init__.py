"""Adapters: the ports over real libraries. Only ``checker/wiring`` names them."""
