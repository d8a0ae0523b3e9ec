"""S3's protocol: requests, signatures, answers and errors."""
