# remix-commerce.conf: a session that an install webhook begins, in a cookie that Remix signs; eight hours, logout, what
# operators see and end.
use FindBin;
use lib "$FindBin::Bin/lib";
use Kit;
use Admin;
use Example;
use Logins;
use Npm;
use OpaqueIds;

new_key('v1');
mkdir folder() . '/session';
my $secret = folder() . '/session/v1.key';
write_file('session/v1.key', read_file(folder() . '/v1.key'));
my $remix = Npm::modules('cookie-signature@1.2.2', '@remix-run/node@2.17.2');
sub remix { Npm::run($remix, 'cookies.mjs', [{by => 'remix', secrets => [read_file($secret)], @_}])->[0] }

my $redis = RedisServer->new;
my $nginx = Example->new(example => 'remix-commerce', redis => $redis);
my $admin = Admin->new($nginx, '/session-admin');
my $origin = 'Origin: https://localhost';
sub in { my ($value, $path, @headers) = @_; $nginx->get($path // '/app', cookie($value, '__session'), @headers) }
sub path_of { ($_[0]->header('Location') // '') =~ s{^https://[^/]+}{}r }
sub sid_of { $redis->cli('HGET', id_key(remix(value => $_[0])), 'sid') }

# The secret.
rename $secret, "$secret.away";
my ($good, $output) = Example->check(example => 'remix-commerce');
ok !$good, 'without the secret nginx does not start';
like $output, qr{\[emerg\].*key "v1": cannot read "\Q$secret\E": No such file}, 'and says what is missing';
write_file('session/v1.key', '');
($good, $output) = Example->check(example => 'remix-commerce');
ok !$good, 'an empty one neither';
like $output, qr/key "v1".* the secret is empty: make one with "openssl rand -hex 32"/, 'and how to make one';
write_file('session/v1.key', 'x' x 31);
($good, $output) = Example->check(example => 'remix-commerce');
like $output, qr/\[warn\].*key "v1"/, '31 characters are warned of';
rename "$secret.away", $secret;

# The install webhook's session: begun by a machine, in the browser's cookie from then on.
is $nginx->post('/webhooks/installed')->status, 200, 'the webhook is public';
my $made = $admin->begin('shop-7', tenant => 'plus', claims => {scope => 'orders'});
is $made->{access_expires_in}, 8 * 3600, 'a session of eight hours';
my $value = $made->{access_token};
is in($value)->body, 'shop-7  orders', 'its value is a good cookie';
my $id = remix(value => $value);
like $id, qr/^[\w-]{22,}$/, 'which Remix can read';
is remix(id => $id), $value, 'and would sign the same way';
cmp_ok abs($redis->cli('TTL', "session:data:{shop-7}:$made->{id}") - 8 * 3600), '<=', 60, 'as long in the store';
is in($value, $_)->status, 200, "again and again: $_" for ('/app/orders', '/dashboard', '/api/products') x 3;
is $nginx->get('/session-status')->json->{realms}{shop}{issued}, 1, 'made once';

# One that ends in the browser: cookie and record have one lifetime.
my $callback = login($nginx, {path => '/auth/callback?user=shop-8', user => ''});
my $browser = given($callback, '__session');
my $set = set_cookies($callback)->{__session};
is_deeply [@$set{qw(max-age samesite secure httponly partitioned)}], [8 * 3600, 'None', '', '', ''], 'the cookie';
my $record = 'session:data:{shop-8}:' . sid_of($browser);
cmp_ok abs($redis->cli('TTL', $record) - $set->{'max-age'}), '<=', 60, 'its record ends with it';
is in($browser)->body, 'shop-8  ', 'good';
my $tampered = $browser =~ s/^(.)/$1 eq 'A' ? 'B' : 'A'/er;
is in($tampered)->json->{reason}, 'signature', 'a changed one is not';

# The last activity.
$redis->cli('HSET', $record, last_activity_at => time - 1800);
in($browser);
eventually { $redis->cli('HGET', $record, 'last_activity_at') >= time - 60 } 5, 'the last activity is noted';

# No session.
my @page = ('Sec-Fetch-Mode: navigate');
for my $path (qw(/app /app/orders /dashboard /api)) {
    my $lost = $nginx->get($path, @page);
    is join(' ', $lost->status, path_of($lost)), '302 /', "no session: $path leads to the start page";
}
is $nginx->get('/api/products')->json->{reason}, 'missing', 'a script is told';
is $nginx->get($_, @page)->status, 200, "$_ is public" for qw(/ /apps /pricing);

# Operators: statistics, cleanup, a session's end.
my $stats = $admin->get('/stats');
is_deeply [@$stats{qw(total active expired unique_users)}], [2, 2, 0, 2], 'two shops';
ok defined $stats->{average_idle_minutes}, 'and how long they have rested';
is_deeply $admin->send(POST => '/cleanup')->json->{removed}, 0, 'nothing is over';
put_session($redis, my $old = new_id(), {sub => 'shop-9', sid => 'old', created_at => time - 40000,
    last_activity_at => time - 30000, expires_at => time - 10000});
is $admin->get('/stats')->{expired}, 1, 'one that is over';
is in(remix(id => $old))->json->{reason}, 'expired', 'opens nothing';
is $admin->send(POST => '/cleanup')->json->{removed}, 1, 'a cleanup counts what it removes';
is $admin->get('/stats')->{total}, 2, 'and that alone';
is $admin->send(DELETE => "/sessions/$made->{id}?user=shop-7")->status, 200, 'an operator expires a session';
my $out = in($value, '/app', @page);
is join(' ', $out->status, path_of($out)), '302 /', 'whose browser is sent to the start page';
is set_cookies($out)->{__session}{'max-age'}, 0, 'without its cookie';
is in($browser)->status, 200, 'the other shop works on';
my $port = $nginx->port;
is `curl -sk -o /dev/null -w '%{http_code}' --interface 127.0.0.2 https://127.0.0.1:$port/session-admin/stats`, 403,
    'another machine is no operator';

# Logout.
is $nginx->get('/logout', cookie($browser, '__session'))->status, 405, 'a link logs nobody out';
my $logout = $nginx->post('/logout', cookie($browser, '__session'), $origin, @page);
is join(' ', $logout->status, path_of($logout)), '303 /', 'POST /logout leads to the start page';
is set_cookies($logout)->{__session}{'max-age'}, 0, 'clears the cookie';
is $redis->cli('EXISTS', $record), 0, 'and deletes the session';
is in($browser)->json->{reason}, 'revoked', 'which is over';

# Sessions that rest, where that is wanted.
my $text = read_file("$FindBin::Bin/../conf-examples/remix-commerce.conf");
put_session($redis, my $resting = new_id(), {sub => 'shop-9', created_at => time - 15000,
    last_activity_at => time - 10000, expires_at => time + 10000});
ok $nginx->reload(text => $text =~ s/# (?=idle_timeout )//r), 'with an idle_timeout';
is in(remix(id => $resting))->json->{reason}, 'idle', 'a session that rests is over';
is $admin->send(POST => '/cleanup')->json->{removed}, 1, 'and cleaned up';

my $counted = $nginx->get('/session-status')->json->{realms}{shop}{requests};
is_deeply [map { $counted->{$_} > 0 ? 1 : 0 } qw(missing signature expired revoked)], [1, 1, 1, 1],
    'failed validations are counted, for the alerts';

done;
