"""What the server reports of itself: for ./petbase doctor and ./petbase adopt. No secret and no raw text is in it."""
