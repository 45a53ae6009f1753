"""What documents say: mentions that are proposed, and what people decide of them."""
