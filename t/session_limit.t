# So many sessions a user: beyond them the oldest ends, or the login is refused; one browser that logs in again
# counts once.
use FindBin;
use lib "$FindBin::Bin/lib";
use Kit;
use Logins;

new_key('v1');
my $redis = RedisServer->new;
my $base = "key v1 file=v1.key; cookie access_token; revocation strict; @{[ $redis->directives ]}";
my $nginx = Nginx->new(
    realms => {free => $base, app => "$base session_limit 3;", one => "$base session_limit 1 oldest;",
        strict => "$base session_limit 2 reject;", short => "$base session_limit 2 reject; access_lifetime 2s;"},
    backend => login_backend(),
    locations => join('', map {"location /$_ { session_issue $_; proxy_pass http://backend; }"}
        qw(free app one strict short)) . 'location / { auth_session app; proxy_pass http://backend; }',
);
sub logged_in { my ($realm, @headers) = @_; given(login($nginx, {path => "/$realm"}, @headers)) }
sub answers { join ' ', map { $nginx->get('/', cookie($_))->reason } @_ }
sub sid { (opened($_[0]))[1]{sid} }
sub indexed { [sort split /\n/, $redis->cli(qw(ZRANGE session:user:{42} 0 -1))] }
sub status { my ($realm, @headers) = @_; login($nginx, {path => "/$realm"}, @headers)->status }

my @tokens = map { logged_in('app') } 1 .. 3;
is answers(@tokens), 'valid valid valid', 'as many as there may be';
push @tokens, logged_in('app');
is answers(@tokens), 'revoked valid valid valid', 'one more: the oldest is over';
is_deeply indexed(), [sort map { sid($_) } @tokens[1 .. 3]], 'and out of the index';
is_deeply record($redis, 42, sid($tokens[0])), {}, 'with its record';
push @tokens, logged_in('app');
is answers(@tokens), 'revoked revoked valid valid valid', 'then the next, though all came within a second';
my $again = logged_in('app', cookie($tokens[2]));
is answers(@tokens, $again), 'revoked revoked revoked valid valid valid',
    'a browser that logs in again ends its own only';
$again = logged_in('app', cookie($again)) for 1 .. 5;
is answers(@tokens[3, 4], $again), 'valid valid valid', 'however often';
is login($nginx, {path => '/app', user => 43})->status, 200, 'another user';
is answers(@tokens[3, 4], $again), 'valid valid valid', 'has a count of his own';

# The order is that of logins, not of their ends.
$redis->cli('FLUSHALL');
my ($first, $second, $third) = map { logged_in('app') } 1 .. 3;
$redis->cli('ZADD', 'session:user:{42}', time + 9999999, sid($first));
logged_in('app');
is answers($first, $second, $third), 'revoked valid valid', 'the oldest is the one that began first';

# Limits that became lower, records of applications.
$redis->cli('FLUSHALL');
@tokens = map { logged_in('free') } 1 .. 7;
my $last = logged_in('app');
is answers(@tokens, $last), 'revoked revoked revoked revoked revoked valid valid valid', 'a lower limit: all beyond it';
$last = logged_in('one');
is_deeply indexed(), [sid($last)], 'one: none but the last';
$redis->cli('FLUSHALL');
my $now = time;
for (1 .. 3) {
    $redis->cli('HSET', "session:data:{42}:app$_", 'sub', 42, 'created_at', $now - 100 + $_, 'expires_at', $now + 1000);
    $redis->cli('ZADD', 'session:user:{42}', $now + 1000, "app$_");
}
$last = logged_in('app');
is_deeply indexed(), [sort 'app2', 'app3', sid($last)], 'sessions that an application keeps count';
is $redis->cli('EXISTS', 'session:revoked:{42}:app1'), 1, 'and are revoked in their turn';

# What is no longer there is not counted.
$redis->cli('FLUSHALL');
@tokens = map { logged_in('strict') } 1 .. 2;
is status('strict'), 403, 'reject: one more is refused';
my $refused = login($nginx, {path => '/strict'});
is_deeply set_cookies($refused), {}, 'without a cookie';
is_deeply $refused->json, {title => 'Forbidden', status => 403, reason => 'forbidden'}, 'the problem';
is answers(@tokens), 'valid valid', 'those before stay';
is_deeply indexed(), [sort map { sid($_) } @tokens], 'and nothing else is there';
like $nginx->log, qr/\[error\].*no session of user="42": the user has as many sessions as "session_limit" allows/,
    'the log';
is status('strict', cookie($tokens[0])), 200, 'the same browser may log in again';
is status('strict'), 403, 'which makes no room';
is status('strict', cookie(tamper($tokens[1]))), 403, 'nor does a forged cookie';
is status('strict', cookie(mint({sub => '42', sid => 'nobody'}))), 403, 'nor a token of no session';
is status('strict', cookie(mint({sub => '43', sid => sid($tokens[1])}))), 403, 'nor one of another user';
$redis->cli('DEL', 'session:data:{42}:' . sid($tokens[1]));
is status('strict'), 200, 'a record that was deleted makes room';
$redis->cli('FLUSHALL');
is status('short'), 200, 'short sessions' for 1 .. 2;
is status('short'), 403, 'two of them';
sleep 3.1;
is status('short'), 200, 'are over' for 1 .. 2;

# All at once.
$redis->cli('FLUSHALL');
my @clients = map { $nginx->connect } 1 .. 10;
$_->send(Client::format_request('GET', '/strict', grants({user => 42}))) for @clients;
my %answers;
$answers{$_->response->status}++ for @clients;
is_deeply \%answers, {200 => 2, 403 => 8}, 'ten at once: as many as there may be';

done;
