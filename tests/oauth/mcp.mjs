// An MCP client (npm @modelcontextprotocol/client), which starts without a token. Prints the tools of two endpoints, and
// the responses of the service, as one line of JSON, or exits with an error.
//
// node mcp.mjs ISSUER RESOURCE CLIENT [dpop]
import { Client, ClientCredentialsProvider, DpopSession, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';

const [issuer, resource, id, dpop] = process.argv.slice(2);
const provider = new ClientCredentialsProvider({ clientId: id, clientSecret: `${id}-secret`, expectedIssuer: issuer });
if (dpop) {
  const session = await DpopSession.create();
  provider.dpop = () => session;
}

const responses = [];
async function recorded(input, init) {
  const response = await fetch(input, init);
  const url = new URL(input instanceof Request ? input.url : input);
  if (url.href.startsWith(resource)) {
    const scheme = new Headers(init?.headers).get('authorization')?.split(' ')[0] ?? null;
    responses.push([init?.method ?? 'GET', url.pathname, scheme, response.status]);
  }
  return response;
}

async function tools(path) {
  const client = new Client({ name: 'test', version: '1.0.0' });
  const transport = new StreamableHTTPClientTransport(new URL(resource + path), { authProvider: provider, fetch: recorded });
  await client.connect(transport);
  const { tools } = await client.listTools();
  await client.close();
  return tools.map((tool) => tool.name);
}

const result = { tools: await tools(''), admin: await tools('/admin'), scope: provider.tokens().scope };
console.log(JSON.stringify({ ...result, responses }));
