"""Small drawings as SVG text: values in, text out, so that the desk and the public pages draw alike (PURE)."""
