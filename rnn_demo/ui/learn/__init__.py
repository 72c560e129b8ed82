"""The tab Learn: short lessons that ask before they answer.

A *lesson* is a Markdown file under lessons/, in a folder for each language; `course` reads it. What it shows and what
it asks are named functions: `views` draws from the live networks, `answers` computes what is right, and each known
misunderstanding with it. `judge` compares that with what a visitor gives. Nothing that a visitor writes is kept here.
"""
