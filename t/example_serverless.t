# serverless-store.conf: two nginx and one Redis. A session begins at one, goes on at the other, ends at both; its
# tokens stay on the server; a copy of five minutes shows pages while Redis is away.
use FindBin;
use lib "$FindBin::Bin/lib";
use Kit;
use Admin;
use Example;
use Logins;
use OpaqueIds;

new_key('v1');
mkdir folder() . '/session';
write_file('session/v1.key', read_file(folder() . '/v1.key'));
my $redis = RedisServer->new;
my %example = (example => 'serverless-store', redis => $redis,
    echo => '$http_x_user|$http_x_session_id|$http_x_supabase_token');
my @nodes = map { Example->new(%example) } 1 .. 2;
my ($one, $two) = @nodes;
my $origin = 'Origin: https://localhost';
my @page = ('Sec-Fetch-Mode: navigate');
sub token { cookie($_[0], 'session_token') }
sub header { "X-Session-Token: $_[0]" }
sub copy_of { mint({sub => '42', sid => $_[0], iat => time, exp => time + 300}) }
sub both { 'Cookie: session_token=' . $_[0] . '; session_copy=' . $_[1] }
sub reason { $_[0]->json->{reason} // '' }

# A login at one.
sub log_in {
    my ($node, $user) = @_;
    my $claims = '{"supabase":{"access_token":"at-' . $user . '","refresh_token":"rt"}}';
    my $response = $node->get("/auth/callback?user=$user&claims=$claims");
    return (given($response, 'session_token'), $response);
}
my ($id, $response) = log_in($one, '42');
like $id, qr/^[\w-]{22,}$/, 'the cookie is an opaque id';
is_deeply [sort keys %{set_cookies($response)}], ['session_token'], 'and all that there is';
unlike $response->head . $response->body, qr/at-42|rt/, 'the tokens stay on the server';
my $sid = $redis->cli('HGET', id_key($id), 'sid');
my $here = "42|$sid|at-42";
cmp_ok abs($redis->cli('TTL', "session:data:{42}:$sid") - 7 * 86400), '<=', 60, 'the store drops the session';

# Navigation, reloads of the page, several tabs: the session stays, at whichever node.
for my $path (qw(/account/orders /checkout /api/cart)) {
    is $_->get($path, token($id), @page)->body, $here, "$path, with the token for the function" for @nodes, @nodes;
}
my @tabs = map { $nodes[$_ % 2]->connect } 1 .. 12;
$_->send(Client::format_request('GET', '/account/', token($id), @page)) for @tabs;
my @shown = map { $_->response } @tabs;
is_deeply [map { $_->body } @shown], [($here) x @tabs], 'twelve tabs at once';
is_deeply [map { $_->headers('Set-Cookie') } @shown], [], 'whose cookie stays as it is';
ok $one->quit && $one->start, 'an instance that is new';
is $one->get('/checkout', token($id))->body, $here, 'has the session';
$redis->cli('HSET', "session:data:{42}:$sid", claims => '{"supabase":{"access_token":"at-43"}}');
is $_->get('/api/cart', token($id))->body, "42|$sid|at-43", 'a new token that a function has written' for @nodes;
is $one->get('/', token($id), 'X-User: 1', 'X-Supabase-Token: x')->body, '||', 'nobody names a user himself';

put_session($redis, my $late = new_id(), {sid => 'late', created_at => time - 86400});
like $one->get($_, token($late))->body, qr/^42\|late\|/, "a session of yesterday: $_" for qw(/account/ /checkout);

# Cookie, then header.
my ($other) = log_in($two, '7');
like $one->get('/checkout', header($other))->body, qr/^7\|/, 'a header alone';
like $one->get('/checkout', token($id), header($other))->body, qr/^42\|/, 'the cookie goes first';
like $one->get('/checkout', token(new_id()), header($other))->body, qr/^7\|/, 'the header helps out where it is lost';
my $made = Admin->new($two, '/session-admin')->begin('8');
like $one->get('/api/cart', header($made->{access_token}))->body, qr/^8\|$made->{id}\|$/, 'one that a function began';

# Nothing came, or something unknown.
$one->forget_log;
is reason($one->get('/api/cart')), 'missing', 'no credential';
like $one->log, qr/realm "pharmacy" rejected: reason=missing,/, 'is told as such';
$one->forget_log;
is reason($one->get('/api/cart', $_)), 'record', 'an unknown session' for token(new_id()), header(new_id());
is scalar($one->log_lines(qr/realm "pharmacy" rejected: reason=record,/)), 2, 'is told from that';
like $one->get('/account/orders?x=1', @page)->header('Location'), qr{/login\?next=%2Faccount%2Forders%3Fx%3D1$},
    'a browser is sent to log in';

# The middleware's copy: known sessions ask nobody, and end with the session.
my $copy = copy_of($sid);
sub shown { my ($node, @headers) = @_; $node->get('/account/', @headers) }
is shown($_, cookie($copy, 'session_copy'))->body, "42|$sid|", 'a copy shows pages, without the tokens' for @nodes;
is reason($one->get($_, cookie($copy, 'session_copy'))), 'missing', "and does nothing: $_" for qw(/checkout /api/cart);
my $old = mint({sub => '42', sid => $sid, iat => time - 301, exp => time - 1});
is reason(shown($one, cookie($old, 'session_copy'))), 'expired', 'five minutes';
is shown($one, both($id, $old))->body, "42|$sid|at-43", 'then the session itself';

my ($ending, $gone) = map { my ($one_more) = log_in($one, '42'); $one_more } 1 .. 2;
my ($ended, $revoked) = map { copy_of($redis->cli('HGET', id_key($_), 'sid')) } $ending, $gone;
is shown($_, both($ending, $ended))->status, 200, 'another session' for @nodes;
my $out = $two->post('/api/auth/logout', both($ending, $ended), $origin, @page);
is join(' ', $out->status, map { "$_ " . set_cookies($out)->{$_}{'max-age'} } sort keys %{set_cookies($out)}),
    '303 session_copy 0 session_token 0', 'a logout clears both cookies';
for my $node (@nodes) {
    eventually { reason(shown($node, cookie($ended, 'session_copy'))) eq 'revoked' } 5, 'and ends the copy';
    is reason($node->get('/checkout', token($ending))), 'revoked', 'and the session';
}
my $name = $redis->cli('HGET', id_key($gone), 'sid');
my $functions = Admin->new($one, '/session-admin');
is $functions->send(DELETE => "/sessions/$name?user=42")->status, 200, 'a function revokes';
for my $node (@nodes) {
    eventually { reason(shown($node, both($gone, $revoked))) eq 'revoked' } 5, 'at each node';
    is shown($node, both($id, $copy))->status, 200, 'and no other session';
}

# Redis hangs, then is away.
$redis->pause;
is shown($_, both($id, $copy))->body, "42|$sid|", 'hanging: a copy shows pages' for @nodes;
$redis->resume;
$redis->stop;
for my $node (@nodes) {
    is shown($node, both($id, $copy))->body, "42|$sid|", 'away: a copy shows pages';
    is reason(shown($node, cookie($revoked, 'session_copy'))), 'revoked', 'but none that is known to be revoked';
    is reason(shown($node, cookie($old, 'session_copy'))), 'expired', 'none beyond the bound';
    my $away = $node->get('/checkout', both($id, $copy), @page);
    is join(' ', $away->status, $away->headers('Set-Cookie')), '503', 'nothing is done, and the cookies stay';
    is shown($node, token($id))->status, 503, 'of an id nothing is known';
    is $node->post('/api/auth/logout', both($id, $copy), $origin)->status, 503, 'a logout claims nothing';
    is +(log_in($node, '42'))[1]->status, 503, 'nor does a login';
    my $realms = $node->get('/session-status')->json->{realms};
    cmp_ok $realms->{pages}{unchecked}, '>=', 1, 'copies are counted';
    is $realms->{pharmacy}{unchecked}, 0, 'they alone';
}
$redis->start;
eventually { reason($two->get('/checkout', token(new_id()))) eq 'record' } 10, 'Redis is back';

done;
