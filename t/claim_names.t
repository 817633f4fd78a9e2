# `claims` says which claims play the parts of subject, id, session, tenant and version.
use FindBin;
use lib "$FindBin::Bin/lib";
use Kit;

new_key($_) for qw(v2 v1);
my $nginx = Nginx->new(
    realms => {
        app => 'key v2 file=v2.key; key v1 file=v1.key; token bearer;',
        other => 'key v2 file=v2.key; key v1 file=v1.key; token bearer;
            claims subject=uid id=tid session=sess tenant=org version=gen;',
        some => 'key v1 file=v1.key; token bearer; claims subject=email;',
    },
    echo => '$session_user|$session_id|$session_tenant|$session_version|$session_key',
    locations => join('', map {"location /$_ { auth_session $_; proxy_pass http://backend; }"} qw(app other some)),
);
my %all = (sub => 'alice', jti => 'j1', sid => 's1', tenant => 't1', version => 'v1',
    uid => 'bob', tid => 'j2', sess => 's2', org => 't2', gen => 'v2');

sub echo_of { my ($path, $claims, %option) = @_; $nginx->get($path, bearer(mint($claims, %option))) }

is echo_of('/app', \%all)->body, 'alice|s1|t1|v1|v1', 'the usual names';
is echo_of('/other', \%all)->body, 'bob|s2|t2|v2|v1', 'other names';
is echo_of('/app', {%all, sid => undef})->body, 'alice|j1|t1|v1|v1', 'without a session the token id';
is echo_of('/other', {%all, sess => undef})->body, 'bob|j2|t2|v2|v1', 'also under other names';
my $bare = mint({});
is $nginx->get('/app', bearer($bare))->body, '42|' . token_hash($bare) . '|||v1', 'with neither the hash';
is echo_of('/other', {%all, uid => undef})->answer, '401 claims', 'the subject is required under its name';
is echo_of('/app', {%all, uid => undef})->answer, '200 valid', 'and under no other';
is echo_of('/other', {%all, uid => 42})->answer, '401 malformed', 'its type is judged under its name';
is echo_of('/other', {%all, sub => 42})->answer, '200 valid', 'and under no other';
is echo_of('/other', {%all, tid => ''})->answer, '401 malformed', 'the id as well';
is echo_of('/other', {%all, sess => [1]})->answer, '401 malformed', 'the session as well';
is echo_of('/other', {%all, org => {}})->answer, '401 malformed', 'the tenant as well';
is echo_of('/app', {%all, tenant => 7})->body, 'alice|s1|7|v1|v1', 'a tenant may be a number';
is echo_of('/some', {email => 'a@b.example', sub => 'x', sid => 's1'})->body, 'a@b.example|s1|||v1',
    'one name changed, the others as usual';

done;
