# session_refresh refused: by method, origin, what is no token, what was ended, and while the store is away.
use FindBin;
use lib "$FindBin::Bin/lib";
use Kit;
use Sessions;

new_key('v1');
my $redis = RedisServer->new;
my $proxy = FaultProxy->new(target => $redis->port);
my $realm = "key v1 file=v1.key; cookie access_token; refresh_cookie refresh_token; revocation strict; login /login;
    redis @{[ $proxy->address ]}; redis_connect_timeout 600ms; redis_timeout 600ms;";
my $nginx = Nginx->new(
    realms => {app => "$realm idle_timeout 1h;", brief => "$realm refresh_lifetime 1s;"},
    backend => login_backend(),
    locations => join '', map {"
        location = /$_/login { session_issue $_; rewrite ^ /login break; proxy_pass http://backend; }
        location = /$_/refresh { session_refresh $_; }
        location /$_/ { auth_session $_; proxy_pass http://backend; }"} qw(app brief),
);
sub enter { log_in($nginx, '/app/login', 'X-Login: 42', @_) }
sub refresh { $nginx->post('/app/refresh', @_) }
my $brief = log_in($nginx, '/brief/login', 'X-Login: 42');

my $user = enter();
for my $method (qw(GET HEAD PUT DELETE)) {
    my $answer = $nginx->request($method, '/app/refresh', $user->{cookie});
    is $answer->status, 405, "$method: 405";
    is $answer->header('Allow'), 'POST', "$method: what may be" ;
    is scalar($answer->headers('Set-Cookie')), 0, "$method: nothing done";
}
sub refused {
    my ($name, $answer, @headers) = @_;
    my $got = refresh(@headers);
    is $got->answer, $answer, "$name: $answer";
    is_deeply cookies_of($got), {}, "$name: no cookie is touched";
    like $got->header('Content-Type'), qr/problem\+json/, "$name: a problem";
}
refused('foreign', '403 origin', $user->{cookie}, 'Origin: https://evil.example');
refused('cross-site', '403 origin', $user->{cookie}, 'Sec-Fetch-Site: cross-site');
is refresh($user->{cookie}, 'Origin: http://localhost')->status, 200, 'the own origin, and nothing was spent before';
refused('none', '401 missing');
refused('access alone', '401 missing', $user->{only_access});
refused('a navigation', '401 missing', 'Sec-Fetch-Mode: navigate');
refused('garbage', '401 record', "Cookie: refresh_token=$_") for 'x', 'a.b.c.d.e.f.g', 'x' x 5000, '%00';
refused('an access token in its place', '401 record', "Cookie: refresh_token=$user->{access}");

$user = enter();
my @fields = split /\./, $user->{refresh};
my %changed = (0 => encode_base64url('v9'), 1 => encode_base64url('43'), 2 => encode_base64url('other'),
    3 => $fields[3] + 1000, 4 => $fields[4] + 1000, 5 => "x$fields[5]", 6 => "A$fields[6]");
for my $field (sort keys %changed) {
    my @other = @fields;
    $other[$field] = $changed{$field};
    refused("field $field changed", $field ? '401 record' : '401 key', 'Cookie: refresh_token=' . join '.', @other);
}
refused('more behind it', '401 record', "Cookie: refresh_token=$user->{refresh}.x");
refused('less', '401 record', 'Cookie: refresh_token=' . substr $user->{refresh}, 0, -1);
is refresh("Cookie: refresh_token=x; refresh_token=$user->{refresh}")->status, 200, 'of two cookies the good one';

# Ended by others.
my $data = 'session:data:{42}';
my @ends = (
    [record => sub { $redis->cli('DEL', "$data:$_[0]{sid}") }],
    [revoked => sub { $redis->cli('SET', "session:revoked:{42}:$_[0]{sid}", 1) }],
    [expired => sub { $redis->cli('HSET', "$data:$_[0]{sid}", 'expires_at', time - 1) }],
    [idle => sub { $redis->cli('HSET', "$data:$_[0]{sid}", 'last_activity_at', time - 3700) }],
    [stale => sub { $redis->cli('SET', 'session:stale:{42}', time) }, 'session:stale:{42}'],
    [stale => sub { $redis->cli('SET', 'session:stale:{42}', '*') }, 'session:stale:{42}'],
    [epoch => sub { $redis->cli('SET', 'session:epoch', time) }, 'session:epoch'],
    [epoch => sub { $redis->cli('SET', 'session:epoch:t1', time) }, 'session:epoch:t1'],
);
for my $end (@ends) {
    my ($reason, $do, $undo) = @$end;
    my $gone = enter('X-Tenant: t1');
    $do->($gone);
    my $answer = refresh($gone->{only_refresh});
    is $answer->answer, "401 $reason", "ended: $reason";
    is scalar(grep { $_->{value} ne '' } values %{cookies_of($answer)}), 0, "$reason: no new cookie";
    $redis->cli('DEL', $undo) if $undo;
}
# Over by itself.
sleep 1.1;
my $late = $nginx->post('/brief/refresh', $brief->{only_refresh});
is $late->answer, '401 expired', 'an expired refresh token';
is_deeply cookies_of($late), {}, 'is left alone';

# An access token that has expired is what a refresh is for: whatever becomes of it, another tab may have a new one.
my $expired = mint({exp => time - 10, sid => 'x'});
$user = enter();
my $answer = refresh("Cookie: access_token=$expired; refresh_token=$user->{refresh}x");
is $answer->answer, '401 record', 'beside an expired access token';
is_deeply cookies_of($answer), {}, 'its cookie stays';

for my $mode (['refuse'], ['silent'], ['drop'], ['close'], ['garbage', "-LOADING\r\n-LOADING\r\n"]) {
    $proxy->mode(@$mode);
    for my $access ('x', $user->{access}, $expired) {
        $answer = refresh("Cookie: access_token=$access; refresh_token=$user->{refresh}");
        is $answer->answer, '503 store', "store $mode->[0]: 503";
        ok $answer->header('Retry-After'), "store $mode->[0]: Retry-After";
        is_deeply cookies_of($answer), {}, "store $mode->[0]: no cookie is touched";
    }
    $proxy->mode('pass');
    eventually { $nginx->get('/app/', $user->{only_access})->status == 200 } 3, "store $mode->[0]: back";
}
is refresh($user->{only_refresh})->answer, '200 valid', 'nothing was lost';

done;
