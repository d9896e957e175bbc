// Who has an account at the issuer. Anybody may sign in with any password: that is the issuer's business, not what is tested.

/** What the issuer says of each person, by what they type as their login. */
export const PEOPLE = {
  ada: { email: "Ada@Example.com", email_verified: true, org: "acme" },
  // Another account, to which Ada's address was given later.
  ava: { email: "ada@example.com", email_verified: true, org: "acme" },
  bob: { email: "bob@example.com", email_verified: true, org: ["acme"] },
  // An org of their own.
  gus: { email: "gus@example.com", email_verified: true, org: "globex" },
  una: { email: "una@example.com", email_verified: false, org: "acme" },
  eve: { email: "eve@elsewhere.example", email_verified: true, org: "acme" },
  kim: { email: "kim@example.com", email_verified: true, org: ["acme", "globex"] },
  lou: { email: "lou@example.com", email_verified: true },
  max: { org: "acme" },
};

/** The account of a login, as oidc-provider asks for it; none for a login that nobody has. */
export function findAccount(_, login) {
  const said = PEOPLE[login];
  if (!said) return undefined;
  return { accountId: login, claims: () => ({ sub: login, ...said }) };
}
