"""What people are written: each person's wishes (single mails, a weekly digest, none; quiet hours), leaving with one click,
bounces, and answers that come back by e-mail. A *letter* is one thing to tell one person: a mail, or a line of their digest.
"""
