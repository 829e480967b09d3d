/** The program of recorded-network.ts: a name server that knows no name and prints each that it is asked for, on a line. */
import { createSocket } from "node:dgram";

const server = createSocket("udp4");
server.on("message", (query, { address, port }) => {
  // RFC 1035, 4.1: twelve bytes of header, then the name as labels with their lengths, which ends with an empty one.
  const labels: string[] = [];
  let at = 12;
  for (let length = query[at]!; length > 0; length = query[at]!) {
    labels.push(query.toString("latin1", at + 1, at + 1 + length));
    at += 1 + length;
  }
  console.log(labels.join("."));
  const answer = query.subarray(0, at + 5); // with the question's type and class, and nothing after them
  answer.writeUInt16BE(0x8183, 2); // a response: no such name
  answer.fill(0, 6, 12);
  server.send(answer, port, address);
});
server.bind(53, "127.0.0.1", () => console.log("listening"));
