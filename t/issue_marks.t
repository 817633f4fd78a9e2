# A login beside a mark of its user and an epoch: in their very second it is behind them, a mark that lies ahead
# refuses it.
use FindBin;
use lib "$FindBin::Bin/lib";
use Kit;
use Logins;

new_key('v1');
my $redis = RedisServer->new;
my $store = "key v1 file=v1.key; cookie access_token; revocation strict; @{[ $redis->directives ]}";
my $nginx = Nginx->new(
    realms => {app => $store, slow => "$store leeway 30s;"},
    backend => login_backend(),
    locations => '
        location /login { session_issue app; proxy_pass http://backend; }
        location /slow { session_issue slow; proxy_pass http://backend; }
        location / { auth_session app; proxy_pass http://backend; }
        location /in-slow { auth_session slow; proxy_pass http://backend; }',
);

# Both in one second, of which nginx has a notion of its own.
sub at_once {
    my ($code) = @_;
    for (1 .. 20) {
        select undef, undef, undef, 0.05 while Time::HiRes::time() - time > 0.5;
        my $second = time;
        my @results = $code->($second);
        return ($second, @results) if time == $second;
    }
    die 'the machine is too slow for a login within a second';
}

for my $key ('session:stale:{42}', 'session:epoch', 'session:epoch:t1') {
    my ($second, $response) = at_once(sub {
        $redis->cli('SET', $key, $_[0]);
        return login($nginx, {tenant => 't1'});
    });
    my (undef, $claims) = opened(given($response));
    is $response->status, 200, "$key: a login in its second";
    is $claims->{iat}, $second + 1, "$key: is a second behind it";
    is record($redis, '42', $claims->{sid})->{created_at}, $second + 1, "$key: in the record too";
    is $nginx->get('/', cookie(given($response)))->answer, '200 valid', "$key: and is good at once";
    my $before = mint({iat => $second, tenant => 't1'});
    like $nginx->get('/', cookie($before))->answer, qr/^401 (?:stale|epoch)$/, "$key: a token of before is not";
    $redis->cli('SET', $key, time - 60);
    (undef, $claims) = opened(given(login($nginx, {tenant => 't1'})));
    cmp_ok abs($claims->{iat} - time), '<=', 1, "$key: a mark of before changes nothing";
    $redis->cli('FLUSHALL');
}
my ($second, $response) = at_once(sub { login($nginx, {stale => 42}) });
my (undef, $claims) = opened(given($response));
is $claims->{iat}, $second + 1, 'a login that marks its own user is behind the mark';
is $nginx->get('/', cookie(given($response)))->answer, '200 valid', 'and good';

sub refused {
    my ($name, $wanted) = @_;
    my $response = login($nginx, $wanted);
    is $response->status, 403, "$name: 403";
    is_deeply set_cookies($response), {}, "$name: no cookie";
    is_deeply $response->json, {title => 'Forbidden', status => 403, reason => 'forbidden'}, "$name: the problem";
    is_deeply [grep { !/stale/ } keys_of($redis, 'session:*:{*')], [], "$name: no record";
    $redis->cli('FLUSHALL');
}
for my $path (qw(/login /slow)) {
    $redis->cli(qw(FLUSHALL));
    $nginx->forget_log;
    $redis->cli('SET', 'session:stale:{42}', '*');
    refused("a user who is gone, $path", {path => $path});
    like $nginx->log, qr/\[error\].*no session of user="42": the user is marked as gone/, 'the log';
    for my $key ('session:stale:{42}', 'session:epoch', 'session:epoch:t1') {
        $redis->cli('SET', $key, time + 100);
        refused("$key lies ahead, $path", {path => $path, tenant => 't1'});
        $redis->cli('SET', $key, '9' x 30);
        refused("$key lies far ahead, $path", {path => $path, tenant => 't1'});
    }
}
$redis->cli('SET', 'session:stale:{43}', '*');
is login($nginx, {})->status, 200, 'the mark of another user says nothing';
$redis->cli('SET', 'session:epoch:t2', time + 100);
is login($nginx, {tenant => 't1'})->status, 200, 'nor does the epoch of another tenant';
is login($nginx, {})->status, 200, 'nor is there one without a tenant';

# A clock that is behind the store's, within the leeway.
my $mark = time + 10;
$redis->cli('SET', 'session:stale:{42}', $mark);
is login($nginx, {})->status, 403, 'ahead of the clock: refused without a leeway';
$response = login($nginx, {path => '/slow'});
(undef, $claims) = opened(given($response));
is $claims->{iat}, $mark + 1, 'within the leeway: behind the mark';
is $nginx->get('/in-slow', cookie(given($response)))->answer, '200 valid', 'and good at once';

done;
