"""The program on the server: one command per noun and verb, called by one line of words. Standard library only.

    values < programs < core < server < postgres < dokku < certificate < dumps < archive < watch < copy < loading
    < scratch < placing < bucket < app < settings < files < link < schema < restore < drill < database < backup
    < staging < upgrade < imports < check < report

A folder imports only from those before it; what each is for is the first line of its `__init__.py`.
"""
