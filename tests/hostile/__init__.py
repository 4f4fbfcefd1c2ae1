"""What strangers try: each attempt is a line of data, refused with the right status, quickly, telling nothing."""
