// Signs and reads cookies as web frameworks do. In: a list of {by, secrets, and `id` to sign or `value` to read}.
import signature from 'cookie-signature';
import { createCookie, createSessionStorage } from '@remix-run/node';

// express-session 1.18: setcookie() and unsigncookie() of its index.js, around cookie-signature.
const express = {
  sign: (id, secrets) => encodeURIComponent('s:' + signature.sign(id, secrets[0])),
  read: (value, secrets) => {
    const text = decodeURIComponent(value);
    if (!text.startsWith('s:')) return null;
    for (const secret of secrets) {
      const id = signature.unsign(text.slice(2), secret);
      if (id !== false) return id;
    }
    return null;
  },
};

// A storage whose sessions have the id that is given.
const storage = (id, secrets) => createSessionStorage({
  cookie: { name: 'sid', secrets },
  createData: async () => id,
  readData: async () => ({}),
  updateData: async () => {},
  deleteData: async () => {},
});
const remix = {
  sign: async (id, secrets) => {
    const own = storage(id, secrets);
    const line = await own.commitSession(await own.getSession());
    return line.split(';')[0].slice('sid='.length);
  },
  read: (value, secrets) => createCookie('sid', { secrets }).parse(`sid=${value}`),
  // Any value, as a cookie session has.
  cookie: async (value, secrets) =>
    (await createCookie('sid', { secrets }).serialize(value)).split(';')[0].slice('sid='.length),
};

let input = '';
for await (const chunk of process.stdin) input += chunk;
const answers = [];
for (const { by, secrets, id, value, any } of JSON.parse(input)) {
  const own = { express, remix }[by];
  answers.push(any !== undefined ? await own.cookie(any, secrets)
    : id !== undefined ? await own.sign(id, secrets) : await own.read(value, secrets));
}
console.log(JSON.stringify(answers));
