"""What every function shares; shipped inside each function's zip."""
