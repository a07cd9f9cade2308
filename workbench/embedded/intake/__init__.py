"""Bodies of S3's objects on their way in: past the memory, in plain and chunked form and in forms of browsers."""
