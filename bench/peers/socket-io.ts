/** Socket.IO, as documented: a room for each user, and an acknowledgement for each send. */
import { Server } from 'socket.io';
import { listen, newCounter } from './peer.ts';

const numbered = newCounter();
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
