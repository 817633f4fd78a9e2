# What session_admin and session_backchannel_logout do is in this instance's zone before they answer, with several workers,
# also where Redis tells nothing of it, and where Redis is gone right afterwards.
use FindBin;
use lib "$FindBin::Bin/lib";
use Kit;
use Admin;

new_key('v1');
my $redis = RedisServer->new;
my $proxy = FaultProxy->new(target => $redis->port);
my $nginx = Nginx->new(
    realm => "key v1 file=v1.key; token bearer; issuer i; audience a; revocation cached max_stale=60s;
        @{[ $proxy->directives ]}",
    workers => 3,
    locations => '
        location / { auth_session app; proxy_pass http://backend; }
        location /admin { session_admin app write=on; }
        location = /logout { session_backchannel_logout app; }
        location = /status { session_status; }',
);
my $admin = Admin->new($nginx, '/admin');
my %own = (iss => 'i', aud => 'a');
my $event = {'http://schemas.openid.net/event/backchannel-logout' => {}};
my $count = 0;
sub logout_token {
    my $token = mint({%own, @_, exp => time + 100, jti => 'l' . ++$count, events => $event});
    return $nginx->post('/logout', 'Content-Type: application/x-www-form-urlencoded', {body => "logout_token=$token"});
}
sub answers { my %seen = map { ($_->answer => 1) } map { $nginx->get('/', bearer($_[0])) } 1 .. 8; join ',', sort keys %seen }
eventually { $nginx->get('/status')->json->{realms}{app}{coherence}{coherent} } 10, 'Redis tells what changes';

my @ways = (
    ['a session', 'revoked', sub { $admin->send(DELETE => "/sessions/$_[1]?user=$_[0]") }],
    ['a token', 'revoked', sub { $admin->send(POST => '/revoke', {user => $_[0], id => $_[1]}) }],
    ['a user', 'stale', sub { $admin->send(DELETE => "/users/$_[0]/sessions") }],
    ['a mark', 'stale', sub { $admin->send(PUT => "/users/$_[0]/stale", {before => time}) }],
    ['a tenant', 'epoch', sub { $admin->send(POST => '/epoch', {before => time, tenant => "t$_[0]"}) }],
    ['a logout elsewhere', 'revoked', sub { logout_token(sub => $_[0], sid => $_[1]) }],
    ['a logout of all elsewhere', 'stale', sub { logout_token(sub => $_[0]) }],
    ['everybody', 'epoch', sub { $admin->send(POST => '/epoch', {before => time}) }],
);
for my $told ('told', 'not told') {
    $redis->cli('DEL', 'session:epoch');
    for my $way (@ways) {
        my ($name, $reason, $end) = @$way;
        my ($user, $sid) = ('u' . ++$count, "s$count");
        my $token = mint({%own, sub => $user, sid => $sid, tenant => "t$user"});
        eventually { answers($token) eq '200 valid' } 5, "$told, $name: known as good";
        if ($told ne 'told') { $proxy->only('CLIENT'); $proxy->mode('drop') }
        my $response = $end->($user, $sid);
        my $first = $nginx->get('/', bearer($token))->answer;
        is $response->status, 200, "$told, $name: done" or diag $response->body;
        is $first, "401 $reason", "$told, $name: the very next request is out";
        is answers($token), "401 $reason", "$told, $name: at every worker";
        $proxy->only;
        $proxy->mode('pass');
    }
}
$redis->cli('DEL', 'session:epoch');

# A mark that is taken back counts no more, at once; not even when Redis has gone.
my $token = mint({%own, sub => 'back', sid => 'back'});
eventually { answers($token) eq '200 valid' } 5, 'before the mark';
for my $told ('told', 'not told') {
    is $admin->send(PUT => '/users/back/stale', {deleted => JSON::PP::true()})->status, 200, "$told: marked";
    is answers($token), '401 stale', "$told: out";
    if ($told ne 'told') { $proxy->only('CLIENT'); $proxy->mode('drop') }
    is $admin->send(DELETE => '/users/back/stale')->status, 200, "$told: unmarked";
    is $nginx->get('/', bearer($token))->answer, '200 valid', "$told: back at once";
    is answers($token), '200 valid', "$told: at every worker";
    $proxy->only;
    $proxy->mode('pass');
}
is $admin->send(PUT => '/users/back/stale', {before => time})->status, 200, 'marked again';
is answers($token), '401 stale', 'out again';
is $admin->send(DELETE => '/users/back/stale')->status, 200, 'unmarked';
$proxy->mode('refuse');
isnt answers($token), '401 stale', 'Redis is gone: the mark is not remembered';

# What has ended is, though nobody has asked since.
$proxy->mode('pass');
eventually { 12 == grep { $admin->send(GET => '/stats')->status == 200 } 1 .. 12 } 5, 'Redis is back for every worker';
for my $way (@ways) {
    my ($name, $reason, $end) = @$way;
    my ($user, $sid) = ('u' . ++$count, "s$count");
    my $unseen = mint({%own, sub => $user, sid => $sid, tenant => "t$user"});
    eventually { $end->($user, $sid)->status == 200 } 5, "$name: unseen until it ends";
    $proxy->mode('refuse');
    is answers($unseen), "401 $reason", "$name: Redis is gone, it stays out";
    $proxy->mode('pass');
    eventually { 12 == grep { $admin->send(GET => '/stats')->status == 200 } 1 .. 12 } 5, 'Redis is back for every worker';
}

done;
