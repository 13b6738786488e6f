// Calls one gRPC method with grpc-js, and prints, as JSON, the messages that came and the status.
// Usage: node grpc.mjs HOST:PORT PROTO_FOLDER PROTO SERVICE METHOD REQUEST_AS_JSON
import grpc from '@grpc/grpc-js';
import loader from '@grpc/proto-loader';

const [address, folder, proto, service, method, request] = process.argv.slice(2);
const definition = loader.loadSync(proto, { includeDirs: [folder], keepCase: true, longs: String, bytes: String, arrays: false });
const Client = service.split('.').reduce((at, name) => at[name], grpc.loadPackageDefinition(definition));
const client = new Client(address, grpc.credentials.createInsecure());
const messages = [];

function end(status) {
  process.stdout.write(JSON.stringify({ messages, code: status.code, details: status.details }));
  client.close();
}

if (definition[service][method].responseStream) {
  const call = client[method](JSON.parse(request));
  call.on('data', message => messages.push(message));
  call.on('error', () => {});
  call.on('status', end);
} else {
  client[method](JSON.parse(request), (error, message) => {
    if (message) messages.push(message);
    end(error ?? { code: 0, details: '' });
  });
}
