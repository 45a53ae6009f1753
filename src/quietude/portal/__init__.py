"""What people see: the web portal. The only package that knows Django."""
