"""The real gcloud, imported once and forked for each command: a start takes ten times the processor time.

warm-gcloud.py serve SDK SOCKET     serves until its standard input ends
warm-gcloud.py run SOCKET ARGS...   a command, with this process's environment, folder and output
"""
import importlib
import json
import os
import select
import signal
import socket
import sys

# What the commands of the scripts import.
MODULES = [
    'googlecloudsdk.gcloud_main',
    'googlecloudsdk.api_lib.cloudresourcemanager.projects_api',
    'googlecloudsdk.api_lib.run.service',
    'googlecloudsdk.api_lib.run.traffic',
    'googlecloudsdk.command_lib.run.serverless_operations',
    'googlecloudsdk.command_lib.run.pretty_print',
    'googlecloudsdk.command_lib.tasks.flags',
    'googlecloudsdk.core.resource.resource_printer',
    'googlecloudsdk.generated_clients.apis.run.v1.run_v1_client',
    'googlecloudsdk.generated_clients.apis.cloudtasks.v2.cloudtasks_v2_client',
    'googlecloudsdk.generated_clients.apis.cloudscheduler.v1.cloudscheduler_v1_client',
]


def serve(sdk, path):
    sys.path[:0] = [sdk + '/lib', sdk + '/lib/third_party']
    sys.argv = [sdk + '/lib/gcloud.py']
    importlib.import_module('gcloud')
    for name in MODULES:
        try:
            importlib.import_module(name)
        except ImportError:
            pass  # Another version of gcloud: the command imports it itself.
    server = socket.socket(socket.AF_UNIX)
    server.bind(path)
    server.listen(64)
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    print('ready', flush=True)
    while True:
        readable, _, _ = select.select([server, sys.stdin], [], [])
        if sys.stdin in readable:
            sys.exit(0)
        client, _ = server.accept()
        if os.fork() == 0:
            server.close()
            answer(client, sdk)
        client.close()


def answer(client, sdk):
    """In a child: runs the command in a child of its own, and tells how that ended."""
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    data, fds, _, _ = socket.recv_fds(client, 1 << 20, 3)
    call = json.loads(data)
    pid = os.fork()
    if pid == 0:
        for at, fd in enumerate(fds):
            os.dup2(fd, at)
        os.chdir(call['cwd'])
        os.environ.clear()
        os.environ.update(call['env'])
        sys.argv = [sdk + '/lib/gcloud.py', *call['args']]
        code = 0
        try:
            sys.modules['googlecloudsdk.gcloud_main'].main()
        except SystemExit as end:
            code = end.code if isinstance(end.code, int) else int(end.code is not None)
        except BaseException as error:
            print(error, file=sys.stderr)
            code = 1
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)
    client.send(str(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])).encode())
    os._exit(0)


def run(path, args):
    client = socket.socket(socket.AF_UNIX)
    client.connect(path)
    call = json.dumps({'args': args, 'env': dict(os.environ), 'cwd': os.getcwd()})
    socket.send_fds(client, [call.encode()], [0, 1, 2])
    sys.exit(int(client.recv(16) or b'1'))


if sys.argv[1] == 'serve':
    serve(*sys.argv[2:])
else:
    run(sys.argv[2], sys.argv[3:])
