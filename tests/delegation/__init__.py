"""The pure rules. No test here touches a database."""
