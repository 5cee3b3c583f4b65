"""Sends one message and shows each received one once, with Python alone.

Usage: python3 sse.py URL USERNAME PASSWORD PEER
"""
import json, random, sys, time, uuid
from http.client import HTTPException
from urllib.request import Request, urlopen

LOGIN = '''mutation Login($input: LoginInput!) {
  login(input: $input) { ... on LoginSuccess { token } ... on Error { message } } }'''
SEND = '''mutation Send($input: SendMessageInput!) {
  sendMessage(input: $input) { __typename ... on Error { message } } }'''
ACKNOWLEDGE = '''mutation Acknowledge($input: AcknowledgeMessagesInput!) {
  acknowledgeMessages(input: $input) { __typename } }'''
RECEIVE = 'subscription Receive { messageReceived { position senderUsername text } }'
url, username, password, peer = sys.argv[1:]
headers = {'Content-Type': 'application/json', 'Accept': 'text/event-stream'}

# Yields what the one field of an operation returns, or an error. A refusal has a message too.
def results(query, **input):
    body = json.dumps({'query': query, 'variables': {'input': input}}).encode()
    # The server sends something at least every 12 seconds, so a longer silence is a failure.
    for line in urlopen(Request(url, body, headers), timeout=30):
        if line.startswith(b'data: {'):
            result = json.loads(line[len('data: '):])
            yield (result.get('errors') or [*result['data'].values()])[0]

login = next(results(LOGIN, username=username, password=password, ifOnline='JOIN'))
if 'message' in login:
    sys.exit(login['message'])
headers['Authorization'] = f"Bearer {login['token']}"
hello = {'to': peer, 'text': 'Hello!', 'clientMessageId': str(uuid.uuid4())}
shown, sent = 0, None
while True:
    try:
        if not sent:  # Sent again with the same id, it stays one message.
            sent = next(results(SEND, **hello))
            if 'message' in sent:
                print('Not sent:', sent['message'], flush=True)
        for message in results(RECEIVE):
            if 'message' in message:  # The session has ended: log in again.
                sys.exit(message['message'])
            # After a reconnect, what was not acknowledged comes again.
            if message['position'] > shown:
                print('{position} {senderUsername}: {text}'.format(**message), flush=True)
            shown = max(shown, message['position'])
            next(results(ACKNOWLEDGE, through=shown))
    except (OSError, HTTPException):  # The server is down: try again.
        time.sleep(random.uniform(0, 3))
