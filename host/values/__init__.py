"""Values as text: JSON, version numbers, what may reach a terminal."""
