# A login ends the session that the browser had, whoever's it was, and no other: a cookie that proves nothing ends
# nothing.
use FindBin;
use lib "$FindBin::Bin/lib";
use Kit;
use Logins;

new_key('v1');
new_key('foreign');
my $redis = RedisServer->new;
my $base = "key v1 file=v1.key; cookie access_token; revocation strict; @{[ $redis->directives ]}";
my $nginx = Nginx->new(
    realms => {app => $base, pair => "$base refresh_cookie refresh;"},
    backend => login_backend(),
    locations => '
        location /login { session_issue app; proxy_pass http://backend; }
        location /pair { session_issue pair; proxy_pass http://backend; }
        location / { auth_session app; proxy_pass http://backend; }',
);
sub state_of { my ($user, $sid) = @_; my @keys = map {"session:$_:{$user}:$sid"} qw(data revoked);
    join ' ', map { $redis->cli('EXISTS', $_) ? /data/ ? 'open' : 'revoked' : () } @keys }
sub sid { (opened($_[0]))[1]{sid} }
sub answer { $nginx->get('/', cookie($_[0]))->answer }
sub indexed { my ($user) = @_; sort split /\n/, $redis->cli('ZRANGE', "session:user:{$user}", 0, -1) }

# Of the same user.
my $first = given(login($nginx, {}));
is state_of(42, sid($first)), 'open', 'a first login';
my $second = given(login($nginx, {}, cookie($first)));
isnt sid($second), sid($first), 'a second one is another session';
is state_of(42, sid($first)), 'revoked', 'the first is over';
is_deeply [indexed(42)], [sid($second)], 'and out of the index';
is answer($first), '401 revoked', 'its token too';
is answer($second), '200 valid', 'the new one is good';
my (undef, $claims) = opened($first);
cmp_ok $redis->cli('EXPIRETIME', "session:revoked:{42}:$claims->{sid}"), '>', $claims->{exp},
    'the revocation outlives the token';

# Of another user.
my $other = given(login($nginx, {user => 43}, cookie($second)));
is state_of(42, sid($second)), 'revoked', "another's session is over as well";
is_deeply [indexed(42)], [], 'and out of the index';
is answer($second), '401 revoked', 'its token too';
is answer($other), '200 valid', 'the new one is good';
my $laptop = given(login($nginx, {}));
my $phone = given(login($nginx, {}));
given(login($nginx, {}, cookie($phone)));
is answer($laptop), '200 valid', 'sessions of other browsers stay';

# Two at once, of two users.
my ($one, $two) = map { given(login($nginx, {user => $_})) } qw(one two);
my $three = given(login($nginx, {user => 'two'}, "Cookie: access_token=$one; access_token=$two"));
is answer($_), '401 revoked', 'all cookies of the name' for $one, $two;
is answer($three), '200 valid', 'but the new one';

# By the refresh cookie alone, where the other has gone.
my $both = login($nginx, {path => '/pair'});
my ($access, $refresh) = (given($both), given($both, 'refresh'));
my $again = login($nginx, {path => '/pair'}, cookie($refresh, 'refresh'));
is state_of(42, sid($access)), 'revoked', 'the refresh cookie is enough';
is answer($access), '401 revoked', 'for the token too';
$both = login($nginx, {path => '/pair'}, cookie(given($again, 'refresh'),
    'refresh') . '; access_token=' . given($again));
is scalar(grep { $_ eq sid(given($again)) } indexed(42)), 0, 'with both: over once';
is answer(given($again)), '401 revoked', 'and revoked';

# Made elsewhere, with other names for its session.
my $jti = mint({sub => '44', jti => 'j1'});
given(login($nginx, {user => 44}, cookie($jti)));
is answer($jti), '401 revoked', 'a token with jti alone';
my $bare = mint({sub => '44'});
given(login($nginx, {user => 44}, cookie($bare)));
is answer($bare), '401 revoked', 'a token with neither';
my $long = mint({sub => '44', jti => 'long', exp => time + 90 * 86400});
given(login($nginx, {user => 44}, cookie($long)));
cmp_ok $redis->cli('TTL', 'session:revoked:{44}:long'), '>', 90 * 86400, 'as long as the token would have lived';

# What proves nothing ends nothing.
my $victim = given(login($nginx, {user => 'victim'}));
my $sid = sid($victim);
my %forged = (
    'a broken signature' => tamper($victim),
    'another key' => mint({sub => 'victim', sid => $sid}, key => 'foreign', kid => 'v1'),
    'no signature' => join('.', encode_base64url('{"alg":"none"}'), encode_base64url(qq({"sub":"victim","sid":"$sid"})),
        ''),
    'the bare id' => $sid,
    'a user as an id' => mint({sub => "victim}:$sid", sid => $sid}),
    'an id of another user' => mint({sub => 'attacker', sid => $sid}),
);
for my $name (sort keys %forged) {
    given(login($nginx, {user => 'attacker'}, cookie($forged{$name})));
    given(login($nginx, {user => 'attacker', path => '/pair'}, cookie($forged{$name}, 'refresh')));
    is answer($victim), '200 valid', "$name: the victim stays";
    is state_of('victim', $sid), 'open', "$name: with his record";
}
my $held = login($nginx, {path => '/pair', user => 'holder'});
given(login($nginx, {path => '/pair', user => 'attacker'}, cookie(tamper(given($held, 'refresh')), 'refresh')));
is answer(given($held)), '200 valid', 'a refresh token with another last part ends nothing';

# A login that fails ends nothing either.
my $kept = given(login($nginx, {user => 'kept'}));
is login($nginx, {user => 'kept', claims => '{'}, cookie($kept))->status, 500, 'a login that fails';
is answer($kept), '200 valid', 'leaves what there was';
is $nginx->get('/login', cookie($kept))->status, 200, 'and so does no login at all';
is answer($kept), '200 valid', 'which the session outlives';

done;
