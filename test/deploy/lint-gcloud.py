"""gcloud with one tree of commands: its linter makes two for each command that it judges, which is most of its time.

lint-gcloud.py SDK ARGS...   as `gcloud ARGS...`
"""
import importlib
import sys

sdk, *args = sys.argv[1:]
sys.path[:0] = [sdk + '/lib', sdk + '/lib/third_party']
sys.argv = [sdk + '/lib/gcloud.py', *args]
importlib.import_module('gcloud')
gcloud = importlib.import_module('googlecloudsdk.gcloud_main')
make, made = gcloud.CreateCLI, []


def make_once(*given, **named):
    if not made:
        made.append(make(*given, **named))
    return made[0]


gcloud.CreateCLI = make_once
gcloud.main()
