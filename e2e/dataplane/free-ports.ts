import { createSocket } from "node:dgram";
import { createServer } from "node:net";

/**
 * Below the ports that the kernel gives to outgoing connections and to servers that ask for any: one of those could take
 * a port between the check and the start of the program that it is for.
 */
const [FIRST, LAST] = [20_000, 32_000];

/** Begins anywhere, since other runs may look for ports at the same time. */
let next = FIRST + Math.floor(Math.random() * (LAST - FIRST));

/** A port of 127.0.0.1 that is free for TCP and UDP and that this process has not given out before. */
export async function freePort(): Promise<number> {
  for (let tries = FIRST; tries < LAST; tries += 1) {
    const port = next;
    next = next + 1 < LAST ? next + 1 : FIRST;
    if ((await freeForTcp(port)) && (await freeForUdp(port))) return port;
  }
  throw new Error(`no port from ${FIRST} to ${LAST} is free`);
}

function freeForTcp(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer().once("error", () => {
      resolve(false);
    });
    server.listen(port, "127.0.0.1", () => {
      server.close(() => {
        resolve(true);
      });
    });
  });
}

function freeForUdp(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = createSocket("udp4");
    socket.once("error", () => {
      resolve(false);
    });
    socket.bind(port, "127.0.0.1", () => {
      socket.close(() => {
        resolve(true);
      });
    });
  });
}
