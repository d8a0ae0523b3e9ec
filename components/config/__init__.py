"""What a stack file may say: types, models, rules, defaults, secrets; reading it."""
