# session_admin begins sessions with opaque ids where the realm's cookie holds such, and revokes by an id as by a token;
# with the zone and with Redis as the store.
use FindBin;
use lib "$FindBin::Bin/lib";
use Kit;
use Admin;
use OpaqueIds;
use Workspace qw(keep_secret);

new_key('v1');
my $redis = RedisServer->new;
for my $store ('', $redis->directives) {
    my $name = $store ? 'Redis' : 'the zone';
    my $nginx = Nginx->new(
        realm => "key v1 file=v1.key; cookie sid; token cookie=sid format=opaque signed=express; token bearer; $store",
        workers => 2,
        locations => '
            location / { auth_session app; proxy_pass http://backend; }
            location /admin { session_admin app write=on; }',
    );
    my $admin = Admin->new($nginx, '/admin');
    my $begin = sub { $admin->send(POST => '/sessions', {user => '42', tenant => 'acme', claims => {role => 'admin'}}) };
    my $use = sub { $nginx->get('/', cookie($_[0], 'sid'))->answer };
    my $revoke = sub {
        $nginx->post('/admin/revoke', 'Content-Type: application/x-www-form-urlencoded', {body => 'token=' . $_[0]});
    };

    my @begun = map { $begin->() } 1 .. 3;
    is $_->status, 201, "$name: begun" for @begun;
    my @values = map { $_->json->{access_token} } @begun;
    keep_secret($_) for @values;
    like $_, qr/^s%3A/, "$name: an id, signed as the application would" for @values;
    is $use->($_), '200 valid', "$name: opens the door" for @values;

    (my $escaped = $values[0]) =~ s/%/%25/g;
    is $revoke->($escaped)->status, 200, "$name: revoked by the id";
    is $use->($values[0]), '401 revoked', "$name: and out";
    is $use->($values[1]), '200 valid', "$name: the other one is in";
    is $revoke->('s%253Aunknownunknownunknown.x')->status, 200, "$name: an unknown id is revoked as well";
    is $admin->send(DELETE => '/sessions/' . $begun[1]->json->{id} . '?user=42')->status, 200, "$name: ended";
    is $use->($values[1]), '401 revoked', "$name: out";
    is $admin->send(DELETE => '/users/42/sessions')->status, 200, "$name: all are ended";
    like $use->($values[2]), qr/^401 (?:revoked|stale)$/, "$name: out too";
    ok $nginx->quit, "$name: nginx quits";
}
done;
