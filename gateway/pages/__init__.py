"""The pages for people: the built files, and the policy that they are served under."""
