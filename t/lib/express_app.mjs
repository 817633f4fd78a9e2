// An Express application with sessions in Redis, as its makers recommend it. Arguments: a port, Redis's port, the
// secrets (JSON), connect-redis's prefix or "-", the life of its cookie in milliseconds, or 0.
import express from 'express';
import session from 'express-session';
import passport from 'passport';
import { RedisStore } from 'connect-redis';
import { createClient } from 'redis';

const [port, redisPort, secrets, prefix, maxAge] = process.argv.slice(-5);
const client = createClient({ url: `redis://127.0.0.1:${redisPort}` });
client.on('error', () => {});
await client.connect();
passport.serializeUser((user, done) => done(null, user.id));
passport.deserializeUser((id, done) => done(null, { id }));

const app = express();
app.use(session({
  store: new RedisStore(prefix === '-' ? { client } : { client, prefix }),
  secret: JSON.parse(secrets),
  resave: false,
  saveUninitialized: false,
  cookie: Number(maxAge) ? { maxAge: Number(maxAge) } : {},
}));
app.use(passport.session());
app.get('/login', (request, response, next) => {
  const id = request.query.number ? Number(request.query.user) : request.query.user;
  request.login({ id }, error => {
    if (error) return next(error);
    Object.assign(request.session, JSON.parse(request.query.more || '{}'));
    return response.send('in');
  });
});
app.get('/visit', (request, response) => {
  request.session.views = (request.session.views || 0) + 1;
  response.send('seen');
});
app.use((request, response) => {
  response.send(`${request.user ? request.user.id : 'nobody'} ${request.get('X-User') || ''}`);
});
app.listen(Number(port), '127.0.0.1', () => console.log('ready'));
