// A real OpenID Connect issuer on loopback, for one test: oidc-provider with a client, some people, and its own pages for
// signing in and for consent.
//
//   node server.mjs CLIENT_ID CLIENT_SECRET
//
// What it tells its test stands on lines of standard output that begin with 'issuer: '. The first one is its address. A line
// of standard input commands it: `serve REDIRECT_URI ALGORITHM PLACE` makes it serve people of that client, with a new
// signing key; the claims stand in the id token where PLACE is `token`, and have to be asked for, as the standard has it,
// where it is `userinfo`. It ends when its standard input does, so that it never outlives its test.

import { generateKeyPairSync, randomUUID } from "node:crypto";
import { createServer } from "node:http";
import { createInterface } from "node:readline";
import Provider from "oidc-provider";
import { findAccount } from "./people.mjs";

const [clientId, clientSecret] = process.argv.slice(2);
const tell = (what) => console.log(`issuer: ${what}`);

/** How the key of each algorithm is made. */
const KEYS = {
  RS256: () => generateKeyPairSync("rsa", { modulusLength: 2048 }),
  PS256: () => generateKeyPairSync("rsa", { modulusLength: 2048 }),
  ES256: () => generateKeyPairSync("ec", { namedCurve: "P-256" }),
};

function newKey(alg) {
  const { privateKey } = KEYS[alg]();
  return { ...privateKey.export({ format: "jwk" }), alg, use: "sig", kid: randomUUID() };
}

function issuer(address, redirectUri, alg, place) {
  const client = {
    client_id: clientId,
    client_secret: clientSecret,
    redirect_uris: [redirectUri],
    response_types: ["code"],
    id_token_signed_response_alg: alg,
  };
  const provider = new Provider(address, {
    clients: [client],
    claims: { openid: ["sub", "org"], email: ["email", "email_verified"] },
    conformIdTokenClaims: place !== "token",
    cookies: { keys: [randomUUID()] },
    enabledJWA: { idTokenSigningAlgValues: Object.keys(KEYS) },
    findAccount,
    jwks: { keys: [newKey(alg)] },
    pkce: { required: () => true },
  });
  return provider.callback();
}

/** Requests go to whoever is the issuer now. */
let serve = (_, response) => response.writeHead(503).end();
const server = createServer((request, response) => serve(request, response));
server.listen(0, "127.0.0.1", () => {
  const address = `http://localhost:${server.address().port}`;
  createInterface({ input: process.stdin })
    .on("line", (line) => {
      const [, redirectUri, alg, place] = line.split(" ");
      serve = issuer(address, redirectUri, alg, place);
      tell("serves");
    })
    .on("close", () => process.exit(0));
  tell(address);
});
