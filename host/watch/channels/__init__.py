"""Channels that are told when a problem begins and when it ends: ntfy, Slack, Discord, Telegram, any webhook."""
