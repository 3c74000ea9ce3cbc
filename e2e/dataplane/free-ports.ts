import { createSocket } from "node:dgram";
import { createServer, type AddressInfo } from "node:net";

const taken = new Set<number>();

/** A port of 127.0.0.1 that is free for TCP and UDP and that this process has not given out before. */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = await new Promise<number>((resolve, reject) => {
      const server = createServer().once("error", reject);
      server.listen(0, "127.0.0.1", () => {
        const { port: found } = server.address() as AddressInfo;
        server.close(() => {
          resolve(found);
        });
      });
    });
    if (!taken.has(port) && (await freeForUdp(port))) {
      taken.add(port);
      return port;
    }
  }
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
