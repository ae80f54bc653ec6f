// A certified OpenID provider (npm oidc-provider) on loopback. Prints `idp http://127.0.0.1:PORT` when it is ready.
//
// Environment:
//   PORT  the port; a free one by default
//   ALG   the algorithm of access tokens: RS256 (default), ES256 or EdDSA
//   TTL   the lifetime of access tokens in seconds: 300 by default
//   WEB   the origin of the client `web`: http://127.0.0.1:3000 by default
//
// Control:
//   /_rotate     adds new keys, which sign from now on; the three keys before them stay
//   /_retire     removes all but the newest keys
//   /_down       closes every connection, until the next call
//   /_delay/MS   delays every answer
//   /_hits       counts requests: {"jwksHits":0,"discoveryHits":0,"introspectionHits":0}
//
// A token for a resource with `opaque` in its name is opaque; any other one is a JWT (RFC 9068).
import * as oidc from 'oidc-provider';
import { createMemoryAdapter } from 'oidc-provider/lib/adapters/memory_adapter.js';
import { exportJWK, generateKeyPair } from 'jose';
import http from 'node:http';
import { once } from 'node:events';

const SCOPES = 'reports:read reports:write';
const algorithm = process.env.ALG ?? 'RS256';
const lifetime = Number(process.env.TTL ?? 300);
const web = process.env.WEB ?? 'http://127.0.0.1:3000';

let issuer;
let keys = [];
let made = 0;
async function newKeys() {
  return Promise.all(['RS256', 'ES256', 'EdDSA'].map(async (alg) => {
    const kid = `${alg}-${++made}`;
    const { privateKey } = await generateKeyPair(alg, { extractable: true });
    return { ...(await exportJWK(privateKey)), alg, use: 'sig', kid };
  }));
}

const machine = { redirect_uris: [], response_types: [] };
const clients = [
  { client_id: 'service', client_secret: 'service-secret', grant_types: ['client_credentials'], scope: SCOPES,
    introspection_signed_response_alg: 'RS256', ...machine },
  { client_id: 'bound', client_secret: 'bound-secret', grant_types: ['client_credentials'], scope: SCOPES,
    dpop_bound_access_tokens: true, ...machine },
  // The resource server, which introspects.
  { client_id: 'api', client_secret: 'api-secret', grant_types: [], ...machine },
  { client_id: 'web', client_secret: 'web-secret', grant_types: ['authorization_code', 'refresh_token'],
    response_types: ['code'], redirect_uris: [`${web}/callback`], post_logout_redirect_uris: [`${web}/`],
    backchannel_logout_uri: `${web}/backchannel-logout`, backchannel_logout_session_required: true,
    id_token_signed_response_alg: 'ES256' },
];

const adapter = createMemoryAdapter();
const configuration = () => ({
  adapter,
  jwks: { keys },
  clients,
  scopes: ['openid', 'offline_access', ...SCOPES.split(' ')],
  // Its own refuses loopback.
  fetch: (url, { dispatcher, ...options }) => fetch(url, options),
  acrValues: ['urn:example:pwd', 'urn:example:otp'],
  pkce: { required: () => true },
  interactions: { url: (_, interaction) => `/_auto/${interaction.uid}` },
  claims: { openid: ['sub', 'amr'], acr: null, auth_time: null, sid: null, iss: null },
  // ID tokens have the claims of their scopes.
  conformIdTokenClaims: false,
  findAccount: (ctx, id) => ({
    accountId: id,
    claims: () => ({ sub: id, amr: ctx?.oidc?.session?.amr ?? ['pwd'] }),
  }),
  // RFC 9068 section 2.2.1.
  extraTokenClaims: (ctx, token) => {
    const code = ctx.oidc.entities.AuthorizationCode;
    const login = { auth_time: code?.authTime, acr: code?.acr, amr: code?.amr };
    return { roles: ['editor'], ...(token.kind === 'AccessToken' ? login : {}) };
  },
  features: {
    devInteractions: { enabled: false },
    clientCredentials: { enabled: true },
    introspection: { enabled: true, allowedPolicy: () => true },
    jwtIntrospection: { enabled: true },
    revocation: { enabled: true },
    dPoP: { enabled: true, nonceSecret: Buffer.alloc(32, 7), requireNonce: () => false },
    backchannelLogout: { enabled: true },
    rpInitiatedLogout: { enabled: true },
    resourceIndicators: {
      enabled: true,
      defaultResource: () => undefined,
      useGrantedResource: () => true,
      getResourceServerInfo: (_, resource) => ({
        scope: SCOPES,
        audience: resource,
        accessTokenTTL: lifetime,
        accessTokenFormat: resource.includes('opaque') ? 'opaque' : 'jwt',
        jwt: { sign: { alg: algorithm } },
      }),
    },
  },
  ttl: { ClientCredentials: 300, AccessToken: 300 },
});

let provider;
let handle;
// A provider reads its keys once. Tokens and sessions outlive it, because the adapter stays.
function mount() {
  provider = new oidc.Provider(issuer, configuration());
  handle = provider.callback();
  for (const event of ['backchannel.error', 'server_error', 'grant.error', 'introspection.error']) {
    provider.on(event, (...values) => console.error(event, ...values.filter((value) => value instanceof Error)));
  }
}

// Signs in `login_hint` as strongly as `acr_values` asks, and consents to everything.
async function interact(req, res) {
  const { params, prompt, session, grantId } = await provider.interactionDetails(req, res);
  if (prompt.name === 'login') {
    const acr = params.acr_values?.split(' ')[0] ?? 'urn:example:pwd';
    const amr = acr.endsWith('otp') ? ['pwd', 'otp'] : ['pwd'];
    const login = { accountId: params.login_hint ?? 'ada', acr, amr, remember: true };
    return provider.interactionFinished(req, res, { login }, { mergeWithLastSubmission: false });
  }
  const known = grantId ? await provider.Grant.find(grantId) : undefined;
  const grant = known ?? new provider.Grant({ accountId: session.accountId, clientId: params.client_id });
  const { missingOIDCScope, missingOIDCClaims, missingResourceScopes } = prompt.details;
  if (missingOIDCScope) grant.addOIDCScope(missingOIDCScope.join(' '));
  if (missingOIDCClaims) grant.addOIDCClaims(missingOIDCClaims);
  for (const [resource, scopes] of Object.entries(missingResourceScopes ?? {})) {
    grant.addResourceScope(resource, scopes.join(' '));
  }
  const consent = { grantId: await grant.save() };
  return provider.interactionFinished(req, res, { consent }, { mergeWithLastSubmission: true });
}

const hits = { jwksHits: 0, discoveryHits: 0, introspectionHits: 0 };
let down = false;
let delay = 0;
const control = {
  _rotate: async () => { keys = [...(await newKeys()), ...keys.slice(0, 3)]; mount(); return keys.map((key) => key.kid); },
  _retire: () => { keys = keys.slice(0, 3); mount(); return keys.map((key) => key.kid); },
  _down: () => { down = !down; return down; },
  _delay: (milliseconds) => { delay = Number(milliseconds); return delay; },
  _hits: () => hits,
};

const server = http.createServer(async (req, res) => {
  const [, first, second] = req.url.split('/');
  if (Object.hasOwn(control, first)) return res.end(JSON.stringify(await control[first](second)));
  if (down || !handle) return req.socket.destroy();
  if (delay) await new Promise((resume) => setTimeout(resume, delay));
  if (req.url === '/jwks') hits.jwksHits++;
  if (req.url.includes('.well-known')) hits.discoveryHits++;
  if (req.url === '/token/introspection') hits.introspectionHits++;
  return first === '_auto' ? interact(req, res) : handle(req, res);
});
server.listen(Number(process.env.PORT ?? 0), '127.0.0.1');
await once(server, 'listening');
issuer = `http://127.0.0.1:${server.address().port}`;
keys = await newKeys();
mount();
console.log('idp', issuer);
