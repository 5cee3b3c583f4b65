/** Socket.IO, as its documentation tells: a room for each user, an acknowledgement for each send. */
import { Server } from 'socket.io';
import { counter, listen } from './peer.ts';

const numbered = counter();
const io = new Server(listen(), { transports: ['websocket'] });

io.on('connection', (socket) => {
  const username = String(socket.handshake.auth.username);
  socket.join(username);
  socket.on('send', ({ to, text }, acknowledge) => {
    const message = numbered(username, to, text);
    io.to(to).emit('message', message);
    acknowledge({ id: message.id });
  });
});
