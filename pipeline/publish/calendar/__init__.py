"""What is due when: working days, the company's schedule, doing what is due, timers that ask."""
