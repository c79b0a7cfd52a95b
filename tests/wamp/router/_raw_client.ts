// @ts-types="@types/ws"
import { WebSocket } from "ws";

/** A client without manners: sends what a test wants it to send. */
export interface RawClient {
  /** Sends text, or bytes as a binary frame. */
  send(frame: string | Uint8Array): void;
  /** The next message, parsed. */
  receive(): Promise<unknown>;
  /** The code that the connection closed with; 1006 when it was dropped. */
  readonly closeCode: Promise<number>;
  close(): Promise<void>;
}

/**
 * Connects with the package `ws`: the runtime's own WebSocket says 0 where the
 * standard has 1006.
 */
export async function connectRaw(url: string): Promise<RawClient> {
  const socket = new WebSocket(url, "wamp.2.json");
  const closed = Promise.withResolvers<number>();
  const opened = Promise.withResolvers<void>();
  const messages: unknown[] = [];
  let reader: ((message: unknown) => void) | undefined;
  socket.on("open", opened.resolve);
  socket.on("error", opened.reject);
  socket.on("close", closed.resolve);
  socket.on("message", (data) => {
    const message: unknown = JSON.parse(data.toString());
    if (reader) reader(message);
    else messages.push(message);
    reader = undefined;
  });
  await opened.promise;
  return {
    send: (frame) => socket.send(frame),
    receive() {
      if (messages.length > 0) return Promise.resolve(messages.shift());
      const { promise, resolve } = Promise.withResolvers<unknown>();
      reader = resolve;
      return promise;
    },
    closeCode: closed.promise,
    async close() {
      socket.close();
      await closed.promise;
    },
  };
}
