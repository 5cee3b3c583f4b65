"""Shows each message once, with Python's standard library.

Usage: python3 sse.py [URL] [USERNAME] [PASSWORD] [PEER]
"""
import json
import random
import sys
import time
import uuid
from contextlib import suppress
from http.client import HTTPException
from urllib.request import Request, urlopen

DEFAULTS = ['http://localhost:4000', 'alice', 'correct-horse', 'bob']
url, username, password, to = sys.argv[1:] + DEFAULTS[len(sys.argv) - 1:]
headers = {'Content-Type': 'application/json', 'Accept': 'text/event-stream'}
LOGIN = '''mutation Login($input: LoginInput!) {
  login(input: $input) { ... on LoginSuccess { token } ... on Error { message } } }'''
SEND = '''mutation Send($input: SendMessageInput!) { sendMessage(input: $input) {
  ... on SendMessageSuccess { sentMessage { id } } ... on Error { message } } }'''
ACKNOWLEDGE = '''mutation Acknowledge($input: AcknowledgeMessagesInput!) {
  acknowledgeMessages(input: $input) { __typename } }'''
RECEIVE = 'subscription Receive { messageReceived { position senderUsername text } }'

def results(query, **input):
    body = json.dumps({'query': query, 'variables': {'input': input}}).encode()
    # The server sends something at least every 12 seconds, so a longer silence is a failure.
    for line in urlopen(Request(f'{url}/graphql', body, headers), timeout=30):
        if line.startswith(b'data: {'):
            result = json.loads(line[len('data: '):])
            if 'errors' in result:  # Such as SESSION_ENDED: log in again.
                sys.exit(result['errors'][0]['message'])
            yield result['data']

login = next(results(LOGIN, username=username, password=password, ifOnline='JOIN'))['login']
if 'message' in login:
    sys.exit(login['message'])
headers['Authorization'] = f"Bearer {login['token']}"

# After a network error, send the same again. With an id it stays one message.
sent = next(results(SEND, to=to, text='Hello!', clientMessageId=str(uuid.uuid4())))['sendMessage']
if 'message' in sent:
    print(f"Not sent: {sent['message']}", flush=True)

shown = 0
while True:
    # While the server is down, this fails and is tried again.
    with suppress(OSError, HTTPException):
        for message in (result['messageReceived'] for result in results(RECEIVE)):
            # After a reconnect, what was not acknowledged comes again.
            if message['position'] > shown:
                print('{position} {senderUsername}: {text}'.format(**message), flush=True)
            shown = max(shown, message['position'])
            next(results(ACKNOWLEDGE, through=message['position']))
    time.sleep(random.uniform(0, 3))
